import { categoryList, productDetail, productList, productQuery, recommendationList, suggestions, suggestQuery } from '../../shared/schemas/products.ts'
import { invalidCursor } from '../platform/http/cursor.ts'
import type { DomainDescription } from '../platform/http/describe-route.ts'
import { slug } from './slug.ts'

/** The routes of `products`, as the API's document tells them. */
export const productRoutes: DomainDescription = {
  domain: 'products',
  about: 'What can be bought.',
  routes: [
    { method: 'get', path: '/api/products', summary: 'Find products', access: 'anyone', query: productQuery, answers: { 200: { description: 'A page of products; with `facets`, counts beside it', schema: productList } }, refusals: [invalidCursor()] },
    { method: 'get', path: '/api/products/suggest', summary: 'Names for what is being typed', access: 'anyone', query: suggestQuery, answers: { 200: { description: 'At most eight, a typo forgiven', schema: suggestions } } },
    { method: 'get', path: '/api/products/{slug}', summary: 'One product', access: 'anyone', params: { slug }, answers: { 200: { description: 'The product', schema: productDetail } } },
    { method: 'get', path: '/api/products/{slug}/recommendations', summary: 'What goes with it', access: 'anyone', params: { slug }, answers: { 200: { description: 'From the outside service, or what sells best', schema: recommendationList } } },
    { method: 'get', path: '/api/categories', summary: 'The categories', access: 'anyone', answers: { 200: { description: 'In the shop\'s order', schema: categoryList } } },
  ],
}
