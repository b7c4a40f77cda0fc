import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { receiveUpload } from '../../server/products/uploads/receive-upload.ts'

const folder = mkdtempSync(join(tmpdir(), 'uploads-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('nothing is read before there is a file, so that what is refused at once is removed after it was made', async () => {
  let read = false
  const page = Readable.from((function* () {
    read = true
    yield Buffer.from('<!doctype html><h1>Hello</h1>')
  })())
  // A pipe is a file that takes as long to open as the test likes: until somebody reads from it.
  execFileSync('mkfifo', [join(folder, 'page.part')])
  const received = receiveUpload(page, { folder, id: 'page', declaredBytes: null })
  const refused = expect(received).rejects.toMatchObject({ code: 'products/not-a-picture' })
  for (let turn = 0; turn < 100; turn++) await setImmediate()
  expect(read).toBe(false)
  const reader = await open(join(folder, 'page.part'))
  await refused
  await reader.close()
  expect(readdirSync(folder)).toEqual([])
})
