import { defineEventHandler, getRouterParam } from 'h3'
import { freshness } from '../../../platform/cache/freshness.ts'
import { answerPublic } from '../../../platform/cache/public-answer.ts'
import { notFound } from '../../../platform/http/app-error.ts'
import { listCategories } from '../../db/detail.ts'
import { listProductsOfShard } from '../../db/sitemap.ts'
import { digitsOf, sitemapOfPages, sitemapOfProducts } from '../../sitemap.ts'

const words = ['/', '/about', '/delivery-and-returns', '/privacy']

export default defineEventHandler((event) => {
  const { publicUrl } = event.context.platform.config
  const shard = /^([a-z0-9-]{1,20})\.xml$/.exec(getRouterParam(event, 'file') ?? '')?.[1] ?? ''
  const digits = digitsOf(shard)
  if (shard !== 'pages' && digits === null) throw notFound('sitemap')
  return answerPublic(event, freshness.sitemapFile, { file: shard }, async ({ read }) => ({
    body: digits === null
      ? sitemapOfPages(publicUrl, [...words, ...(await read(listCategories)).map(({ slug }) => `/categories/${slug}`)])
      : sitemapOfProducts(publicUrl, await read(db => listProductsOfShard(db, digits))),
    headers: { 'content-type': 'application/xml; charset=utf-8' },
  }))
})
