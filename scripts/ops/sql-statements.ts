/** One statement of an SQL file, in lower case and single spaces, without comments and without what stands in quotes or bodies. */
export interface Statement {
  text: string
  /** Of its first word, from 1. */
  line: number
  /** What the comments before and inside it say, in their own case. */
  comments: string[]
}

const tokens = /--([^\n]*)|\/\*([\s\S]*?)\*\/|\$(\w*)\$[\s\S]*?\$\3\$|'(?:[^']|'')*'|"((?:[^"]|"")*)"|;|\s+|[^\s;'"$/-]+|./g

/** Splits as Postgres does: a semicolon in a string, a quoted name, a comment or a function's body ends nothing. */
export function statementsOf(sql: string): Statement[] {
  const statements: Statement[] = []
  let text = ''
  let comments: string[] = []
  let line = 1
  let startLine = 1
  const end = () => {
    const plain = text.replaceAll(/\s+/g, ' ').trim().toLowerCase()
    if (plain) statements.push({ text: plain, line: startLine, comments })
    if (plain) comments = []
    text = ''
  }
  for (const [token, dashed, starred, , quoted] of sql.matchAll(tokens)) {
    if (dashed !== undefined || starred !== undefined) comments.push((dashed ?? starred)!.trim())
    else if (token === ';') end()
    else {
      if (text.trim() === '') startLine = line
      if (token.startsWith('$') && token.length > 1) text += '$body$'
      else if (token.startsWith('\'')) text += token
      else text += quoted ?? token
    }
    line += token.split('\n').length - 1
  }
  end()
  return statements
}
