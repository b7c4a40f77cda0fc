import { describe, expect, it, vi } from 'vitest'
import { createSSRApp, h } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { createError } from '../../browser/errors.ts'
import { createHooks } from '../../browser/hooks.ts'
import { KeepAlive, Transition } from '../../browser/vue.ts'

describe('the browser’s hooks', () => {
  it('call whoever listens one after the other, with the same words', async () => {
    const { hook, callHook } = createHooks()
    const heard: unknown[] = []
    hook('page:start', async (word) => {
      await Promise.resolve()
      heard.push(['first', word])
    })
    hook('page:start', word => heard.push(['second', word]))
    await callHook('page:start', 'now')
    await callHook('nobody:listens')
    expect(heard).toEqual([['first', 'now'], ['second', 'now']])
  })

  it('stop where somebody fails, and say so', async () => {
    const { hook, callHook } = createHooks()
    const late = vi.fn()
    hook('app:created', () => Promise.reject(new Error('broken')))
    hook('app:created', late)
    await expect(callHook('app:created')).rejects.toThrow('broken')
    expect(late).not.toHaveBeenCalled()
  })

  it('forget who has stopped, and who wanted to hear once', async () => {
    const { hook, hookOnce, callHook } = createHooks()
    const [stopped, once] = [vi.fn(), vi.fn()]
    hook('app:error', stopped)()
    hookOnce('app:error', once)
    await callHook('app:error')
    await callHook('app:error')
    expect([stopped, once].map(({ mock }) => mock.calls.length)).toEqual([0, 1])
  })

  it('take a plugin’s listeners by nested names, and give everybody’s answers at once', async () => {
    const { addHooks, callHookParallel, callHookWith } = createHooks()
    const stop = addHooks({ 'app': { data: { refresh: () => 'a' } }, 'app:data:refresh': () => 'b' })
    expect(await callHookParallel('app:data:refresh')).toEqual(['a', 'b'])
    stop()
    expect(callHookWith(listeners => listeners.length, 'app:data:refresh', [])).toBe(0)
  })
})

describe('the browser’s errors', () => {
  it('have what the error page reads, from a sentence, an object, or what was caught', () => {
    expect(createError('Gone')).toMatchObject({ message: 'Gone', statusCode: 500, fatal: false })
    expect(createError({ statusCode: 404, statusMessage: 'Not found', data: { path: '/nowhere' }, fatal: true })).toMatchObject({ message: 'Not found', statusCode: 404, statusMessage: 'Not found', data: { path: '/nowhere' }, fatal: true })
    expect(createError({ status: 503, statusText: 'Busy' })).toMatchObject({ statusCode: 503, statusMessage: 'Busy' })
    const caught = Object.assign(new Error('[GET] "/api": 429'), { statusCode: 429 })
    expect(createError(caught)).toMatchObject({ message: '[GET] "/api": 429', statusCode: 429, cause: caught, stack: caught.stack })
  })

  it('are not wrapped twice', () => {
    const error = createError('Gone')
    expect(createError(error)).toBe(error)
  })
})

it.each(Object.entries({ KeepAlive, Transition }))('the browser’s %s shows what is inside, as it is', async (_, standIn) => {
  expect(await renderToString(createSSRApp({ render: () => h(standIn, null, { default: () => h('p', 'here') }) }))).toContain('<p>here</p>')
})
