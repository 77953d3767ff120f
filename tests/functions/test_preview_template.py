"""preview_template: the texts of a message as they would be sent, and nothing is."""

TEXT = "Hi {{contact.first_name}}, {{order}} / {{event.variables.order}} {{lead.pid}} {{lead.pid}}"


def test_the_texts_are_filled_and_escaped_as_they_would_be_sent(stack):
    stack.call("put_template")
    reply = stack.call("preview_template", body={"contact": {"name": "A"}, "vars": {"code": "<1>"}})

    assert reply.status == 200
    assert reply.body == {
        "key": "welcome",
        "channel": "email",
        "subject": "Welcome, A",
        "html": "<p>Use code <b>&lt;1&gt;</b>.</p>",
        "text": "Use code <1>.",
        "missing": [],
    }


def test_a_contact_of_the_directory_and_variables_fill_it_and_what_is_missing_is_named(stack):
    stack.call("put_template", body={"channel": "sms", "text": TEXT})
    contact = {"external_id": "u", "first_name": "Ada"}
    id = stack.call("create_contact", body=contact).body["id"]
    said = {"contact_id": id, "contact": {"first_name": "No"}, "variables": {"order": "ORD-1"}}
    reply = stack.call("preview_template", body=said)

    assert (reply.body["subject"], reply.body["html"]) == (None, None)
    assert reply.body["text"] == "Hi Ada, ORD-1 / ORD-1  "
    assert reply.body["missing"] == ["lead.pid"]


def test_nothing_has_to_be_said(stack):
    stack.call("put_template")

    assert stack.call("preview_template", body="").body["missing"] == ["contact.name", "vars.code"]


def test_a_template_or_contact_that_is_not_there_is_not_found(stack):
    missing = stack.call("preview_template")
    stack.call("put_template")
    nobody = stack.call("preview_template", body={"contact_id": "nobody"})

    assert (missing.status, missing.body["message"]) == (404, "Template not found")
    assert (nobody.status, nobody.body["message"]) == (404, "Contact not found")


def test_a_template_that_takes_too_much_is_refused(stack):
    stack.call(
        "put_template", body={"channel": "sms", "text": "{{#each vars.a}}{{../vars.b}}{{/each}}"}
    )
    many = {"a": [0] * 10_000, "b": "x" * 1_000}
    reply = stack.call("preview_template", body={"vars": many})

    assert (reply.status, reply.body["message"][:12]) == (400, "The template")
