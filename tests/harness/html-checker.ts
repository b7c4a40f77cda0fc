import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { toolDir } from '../../scripts/test/tool.ts'

interface Message { type: string, url: string, lastLine?: number, message: string, extract?: string }

/**
 * What the Nu HTML checker, the one behind validator.w3.org, calls an error in these pages; all of them in one run, since
 * most of it is Java starting up.
 * @param pages HTML by the page's name
 */
export async function htmlErrors(pages: ReadonlyMap<string, string>): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'html-'))
  const names = [...pages.keys()]
  try {
    const files = await Promise.all(names.map(async (name, index) => {
      const file = join(folder, `${index}.html`)
      await writeFile(file, pages.get(name)!)
      return file
    }))
    const { stderr } = await promisify(execFile)('java', ['-jar', join(toolDir('html-checker'), 'node_modules/vnu-jar/build/dist/vnu.jar'), '--format', 'json', '--exit-zero-always', ...files], { maxBuffer: 64 * 1024 * 1024 })
    const { messages } = JSON.parse(stderr) as { messages: Message[] }
    return messages.filter(({ type }) => type !== 'info')
      .map(({ url, message, extract = '' }) => `${names[Number.parseInt(basename(url))]}: ${message} | ${extract.replace(/\s+/g, ' ').slice(0, 160)}`)
  }
  finally {
    await rm(folder, { recursive: true })
  }
}
