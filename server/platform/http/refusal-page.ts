import { createHash } from 'node:crypto'
import { type H3Event, setResponseHeaders, setResponseStatus } from 'h3'
import type { AppError } from './app-error.ts'

const style = `
:root{color-scheme:light dark;--paper:#f5f6f3;--ink:#17191a;--muted:#575d58;--line:#d6d9d2;--accent:#ffb81c;--focus:#1b4fd6}
@media (prefers-color-scheme:dark){:root{--paper:#131515;--ink:#edefe9;--muted:#a8aea8;--line:#363b38;--focus:#a2bcff}}
*{box-sizing:border-box}
body{margin:0;min-height:100dvh;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:break-word}
.wrap{margin-inline:auto;max-width:88rem;padding-inline:clamp(1rem,4vw,3rem)}
header{border-bottom:1px solid var(--line)}
header .wrap{display:flex;align-items:center;min-height:4.5rem}
.mark{display:inline-flex;align-items:center;gap:.625rem;color:inherit;font-size:1.1875rem;font-weight:750;line-height:1;letter-spacing:-.03em;text-decoration:none}
main{padding-block:clamp(3.5rem,8vw,6rem)}
.status{margin:0;color:var(--muted);font-weight:600}
h1{margin:.75rem 0 0;max-width:48rem;font-size:clamp(2.25rem,1.4rem + 3.8vw,4.5rem);font-weight:750;line-height:.98;letter-spacing:-.035em;text-wrap:balance}
.words{margin:1.25rem 0 0;max-width:36rem;color:var(--muted);font-size:1.125rem;text-wrap:pretty}
.ways{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:2rem}
.way{display:inline-flex;align-items:center;min-height:3rem;padding:.625rem 1.5rem;border:2px solid var(--ink);background:var(--ink);color:var(--paper);font-weight:600;line-height:1.2;text-decoration:none}
.way:hover{border-color:var(--accent);background:var(--accent);color:#17191a}
.quiet{background:none;color:inherit}
.quiet:hover{border-color:var(--ink);background:var(--ink);color:var(--paper)}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
`
/** The page may load nothing, and its own style alone applies. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

const wait = (seconds: number) => ` In ${seconds === 1 ? 'a second' : `${seconds} seconds`} you can load this page again; what you typed is still there when you go back.`

/**
 * Says no in a few words, without rendering: a refusal must cost less than what it refuses. The text is ours, not the
 * visitor's, so nothing in it needs escaping. Answers the body.
 */
export function refuseInWords(event: H3Event, { statusCode, title, detail = '', retryAfterS }: Pick<AppError, 'statusCode' | 'title' | 'detail' | 'retryAfterS'>): string {
  setResponseStatus(event, statusCode)
  setResponseHeaders(event, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': policy,
    ...(retryAfterS !== undefined && { 'retry-after': retryAfterS }),
  })
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · Monolith Supply</title>
<style>${style}</style>
</head>
<body>
<header><div class="wrap"><a class="mark" href="/"><svg viewBox="0 0 14 30" width="14" height="30" aria-hidden="true"><path d="M0 0h14v30H0z" fill="currentColor"/><path d="M0 30 14 16v14z" fill="#ffb81c"/></svg>Monolith Supply</a></div></header>
<main><div class="wrap">
<p class="status">${statusCode}</p>
<h1>${title}</h1>
<p class="words">${detail}${retryAfterS === undefined ? '' : wait(retryAfterS)}</p>
<p class="ways">${retryAfterS === undefined ? '' : '<a class="way" href="">Try again</a>'}<a class="way quiet" href="/cart">Go to your basket</a></p>
</div></main>
</body>
</html>
`
}
