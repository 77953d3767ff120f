"""How the documentation page looks and searches. It loads nothing from anywhere."""

STYLE = """
:root{color-scheme:light dark;--line:#d8dee4;--soft:#f5f7f9;--text:#1c2128;--dim:#59636e;
--link:#0757b8;--get:#0a6c3d;--post:#0757b8;--put:#8a5200;--patch:#8a5200;--delete:#b3201f}
@media (prefers-color-scheme:dark){:root{--line:#343b44;--soft:#1b2027;--text:#dfe4ea;
--dim:#98a2ad;--link:#78b4ff;--get:#57c98a;--post:#78b4ff;--put:#e5b567;--patch:#e5b567;
--delete:#ff8f8a}body{background:#12161b}}
*{box-sizing:border-box}
body{margin:0;color:var(--text);font:16px/1.55 system-ui,sans-serif;display:grid;
grid-template-columns:19rem minmax(0,1fr)}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:1rem;font-size:.875rem;
border-right:1px solid var(--line)}
nav h2{font-size:.75rem;text-transform:uppercase;letter-spacing:.05em;color:var(--dim);
margin:1rem 0 .25rem}
nav ul{list-style:none;margin:0;padding:0}nav li a{display:block;padding:.15rem 0;
overflow-wrap:anywhere}
input{width:100%;padding:.5rem .6rem;font:inherit;color:inherit;background:var(--soft);
border:1px solid var(--line);border-radius:6px}
main{max-width:60rem;padding:1rem 2rem 6rem}
h1{margin:.2em 0}h2{margin:2.5rem 0 .5rem;border-bottom:1px solid var(--line)}
h3{margin:2rem 0 .3rem;font-size:1.1rem;overflow-wrap:anywhere}
h4{margin:1rem 0 .3rem;font-size:.9rem}
code,pre{font:.85em/1.5 ui-monospace,monospace}
pre{background:var(--soft);border:1px solid var(--line);border-radius:6px;padding:.8rem;
overflow:auto;max-height:30rem;margin:.4rem 0}
.method{font:700 .75rem ui-monospace,monospace;text-transform:uppercase;margin-right:.4rem}
.get{color:var(--get)}.post{color:var(--post)}.put{color:var(--put)}.patch{color:var(--patch)}
.delete{color:var(--delete)}.dim{color:var(--dim)}
table{border-collapse:collapse;width:100%;font-size:.9rem}
td,th{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;
border-bottom:1px solid var(--line);overflow-wrap:anywhere}
details{margin:.2rem 0}summary{cursor:pointer}
[hidden]{display:none!important}
@media (max-width:50rem){body{display:block}nav{position:static;height:auto;max-height:45vh;
border-right:0;border-bottom:1px solid var(--line)}main{padding:1rem}}
"""

SCRIPT = """
const input = document.querySelector('input');
const pieces = [...document.querySelectorAll('[data-find]')];
const groups = [...document.querySelectorAll('[data-group]')];
function find() {
  const words = input.value.toLowerCase().split(/\\s+/).filter(Boolean);
  for (const piece of pieces) {
    const text = piece.dataset.find;
    piece.hidden = !words.every(word => text.includes(word));
  }
  for (const group of groups)
    group.hidden = !group.querySelector('[data-find]:not([hidden])');
}
input.addEventListener('input', find);
document.addEventListener('keydown', event => {
  if (event.key === '/' && document.activeElement !== input) {
    event.preventDefault();
    input.focus();
  }
});
find();
"""
