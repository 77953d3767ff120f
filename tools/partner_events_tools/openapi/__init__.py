"""Makes `docs/openapi.json` of the code: `make openapi`.

A new route is documented by what it needs anyway:

- its entry in `template.yaml`: method, path, and a Description `METHOD /path - what it does`
- `@endpoint(BodyModel, scope=…, dialect=…)` on its handler: the request, who may, the errors
- `-> Answer[ThingReply]` on its handler, a TypedDict: the reply. A list says
  `Answer[ListReply[Literal["things"], ThingReply]]`, no body is `Answer[None]`
- its sample in `events/api/`: the example of the request, its path and its query

The statuses are the `HTTPStatus` that the handler names and those of the errors that it reaches:
`reach` reads the code for them, together with the query parameters and headers that are read.
Answers that a source document shows stand in `docs/replies/<operation>/<status>[.name].json`;
for all others an example is made of the reply's type and the request's sample.
"""
