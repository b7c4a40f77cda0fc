import { defineEventHandler } from 'h3'
import { freshness } from '../../platform/cache/freshness.ts'
import { answerPublic } from '../../platform/cache/public-answer.ts'
import { listCategories } from '../db/detail.ts'
import { shopForMachines } from '../shop-for-machines.ts'

export default defineEventHandler((event) => {
  const { publicUrl } = event.context.platform.config
  return answerPublic(event, freshness.llms, {}, async ({ read }) => ({
    body: shopForMachines(publicUrl, await read(listCategories)),
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  }))
})
