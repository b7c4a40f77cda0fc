import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openRecordStore } from '../../sandbox/record-store.ts'

interface Tables { notes: { id: string, text: string } }

let directory: string
const file = () => join(directory, 'notes.jsonl')
const open = () => openRecordStore<Tables>(file())

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'record-store-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

describe('the record store', () => {
  it('when a commit throws, then none of it is kept, in memory or on disk', () => {
    const store = open()
    store.commit(() => store.put('notes', { id: 'a', text: 'first' }))
    const heard: number[] = []
    store.onCommit(puts => heard.push(puts.length))
    expect(() => store.commit(() => {
      store.put('notes', { id: 'a', text: 'changed' })
      store.put('notes', { id: 'b', text: 'new' })
      throw new Error('halfway')
    })).toThrow('halfway')
    expect(store.all('notes')).toEqual([{ id: 'a', text: 'first' }])
    expect(heard).toEqual([])
    store.close()
    expect(open().all('notes')).toEqual([{ id: 'a', text: 'first' }])
  })

  it('an inner commit that throws undoes its own part alone', () => {
    const store = open()
    store.commit(() => {
      store.put('notes', { id: 'a', text: 'kept' })
      expect(() => store.commit(() => {
        store.put('notes', { id: 'b', text: 'lost' })
        throw new Error('inner')
      })).toThrow('inner')
    })
    store.close()
    expect(open().all('notes')).toEqual([{ id: 'a', text: 'kept' }])
  })

  it('a line torn by a kill is cut off, and writing goes on after it', () => {
    const store = open()
    store.commit(() => store.put('notes', { id: 'a', text: 'whole' }))
    store.close()
    appendFileSync(file(), '{"at":"x","puts":[{"table":"notes","rec')
    const reopened = open()
    reopened.commit(() => reopened.put('notes', { id: 'b', text: 'after' }))
    reopened.close()
    expect(open().all('notes').map(note => note.id)).toEqual(['a', 'b'])
    expect(readFileSync(file(), 'utf8').trimEnd().split('\n')).toHaveLength(2)
  })

  it('refuses a put outside of a commit', () => {
    expect(() => open().put('notes', { id: 'a', text: '' })).toThrow(/outside of a commit/)
  })
})
