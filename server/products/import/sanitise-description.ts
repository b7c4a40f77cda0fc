/**
 * Prevents: a catalogue from elsewhere running scripts, loading trackers or restyling the page.
 * Guarantees: what comes out holds only the listed elements, without attributes but a link's `href` to http, https or mailto.
 *
 * @pattern allow-list-html
 */
import sanitizeHtml from 'sanitize-html'

const options: sanitizeHtml.IOptions = {
  allowedTags: ['p', 'div', 'br', 'ul', 'ol', 'li', 'dl', 'dt', 'dd', 'em', 'strong', 'b', 'i', 'sub', 'sup', 'h3', 'h4', 'a', 'blockquote', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'hr'],
  allowedAttributes: { a: ['href'] },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowProtocolRelative: false,
  nonTextTags: ['script', 'style', 'textarea', 'option', 'noscript', 'template', 'title', 'svg', 'math', 'iframe', 'object', 'xmp', 'noembed', 'noframes'],
  nestingLimit: 20,
  // The page has its own h1 and h2.
  transformTags: { h1: 'h3', h2: 'h3', h5: 'h4', h6: 'h4' },
  exclusiveFilter: ({ tag, text }) => ['p', 'div', 'a', 'li', 'h3', 'h4'].includes(tag) && text.trim() === '',
}

/** Safe HTML from any HTML. */
export function sanitiseDescription(html: string): string {
  return sanitizeHtml(html, options).replace(/[ \t]*\n\s*/g, '\n').trim()
}

const named: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' }

/** Text without tags, its entities decoded and its white space made single. */
export function plainTextOf(html: string): string {
  // The sanitizer decodes every entity and writes back only these four.
  return sanitizeHtml(html, { allowedTags: [], allowedAttributes: {} }).replace(/&(?:lt|gt|quot|amp);/g, entity => named[entity]!).replace(/\s+/g, ' ').trim()
}
