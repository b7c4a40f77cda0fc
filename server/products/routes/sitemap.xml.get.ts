import { defineEventHandler } from 'h3'
import { freshness } from '../../platform/cache/freshness.ts'
import { answerPublic } from '../../platform/cache/public-answer.ts'
import { shardsOf, sitemapIndex } from '../sitemap.ts'

export default defineEventHandler((event) => {
  const { publicUrl } = event.context.platform.config
  return answerPublic(event, freshness.sitemap, {}, async ({ read }) => ({
    body: sitemapIndex(publicUrl, ['pages', ...await read(db => shardsOf(db))]),
    headers: { 'content-type': 'application/xml; charset=utf-8' },
  }))
})
