import { z } from 'zod'
import * as admin from '../../shared/schemas/admin-products.ts'
import { identifier } from '../../shared/schemas/cart.ts'
import { categoryList, productDetail, productList, productQuery, recommendationList, suggestions, suggestQuery } from '../../shared/schemas/products.ts'
import { invalidCursor } from '../platform/http/cursor.ts'
import type { DomainDescription } from '../platform/http/describe-route.ts'
import * as errors from './errors.ts'
import { slug } from './slug.ts'

const theProduct = { description: 'The product', schema: admin.adminProduct }
const theShelf = { description: 'The pictures, and the uploads that are not done', schema: admin.pictureShelf }
const addressRefusals = [errors.slugTaken(''), errors.slugRedirects('', '')]
const picture = { slug, picture: admin.pictureId }
const upload = { slug, upload: identifier }

/** The routes of `products`, as the API's document tells them. */
export const productRoutes: DomainDescription = {
  domain: 'products',
  about: 'What can be bought.',
  routes: [
    { method: 'get', path: '/api/products', summary: 'Find products', access: 'anyone', query: productQuery, answers: { 200: { description: 'A page of products; with `facets`, counts beside it', schema: productList } }, refusals: [invalidCursor()] },
    { method: 'get', path: '/api/products/suggest', summary: 'Names for what is being typed', access: 'anyone', query: suggestQuery, answers: { 200: { description: 'At most eight, a typo forgiven', schema: suggestions } } },
    { method: 'get', path: '/api/products/{slug}', summary: 'One product', access: 'anyone', params: { slug }, answers: { 200: { description: 'The product', schema: productDetail }, 301: { description: 'It has another address now', schema: z.object({ slug: z.string() }) } } },
    { method: 'get', path: '/api/products/{slug}/recommendations', summary: 'What goes with it', access: 'anyone', params: { slug }, answers: { 200: { description: 'From the outside service, or what sells best', schema: recommendationList } } },
    { method: 'get', path: '/api/categories', summary: 'The categories', access: 'anyone', answers: { 200: { description: 'In the shop\'s order', schema: categoryList } } },
    { method: 'get', path: '/api/admin/products', summary: 'All products, on sale or not', access: 'admin', query: admin.adminProductQuery, answers: { 200: { description: 'The newest first', schema: admin.adminProductList } }, refusals: [invalidCursor()] },
    { method: 'post', path: '/api/admin/products', summary: 'Make a draft', access: 'admin', body: admin.newProductBody, answers: { 201: theProduct }, refusals: [...addressRefusals, errors.skuTaken(), errors.unknownCategory()] },
    { method: 'get', path: '/api/admin/products/{slug}', summary: 'One product with all that can be edited', access: 'admin', params: { slug }, answers: { 200: theProduct } },
    { method: 'patch', path: '/api/admin/products/{slug}', summary: 'Edit it', access: 'admin', params: { slug }, body: admin.editProductBody, answers: { 200: theProduct }, refusals: [errors.changedMeanwhile(), ...addressRefusals, errors.unknownCategory(), errors.unknownVariant()] },
    { method: 'post', path: '/api/admin/products/{slug}/publication', summary: 'Put it on sale or take it off', access: 'admin', params: { slug }, body: admin.publicationBody, answers: { 200: theProduct } },
    { method: 'post', path: '/api/admin/products/{slug}/stock', summary: 'Correct what is on hand', access: 'admin', params: { slug }, body: admin.stockCorrectionBody, answers: { 200: { description: 'What is on hand now', schema: admin.variantStock } }, refusals: [errors.stockBelowZero(0), errors.unknownVariant()] },
    { method: 'get', path: '/api/admin/products/{slug}/pictures', summary: 'Its pictures, and how far uploads are', access: 'admin', params: { slug }, answers: { 200: theShelf } },
    { method: 'post', path: '/api/admin/products/{slug}/pictures', summary: 'Upload a picture', access: 'admin', params: { slug }, query: admin.uploadQuery, body: 'picture', answers: { 202: { ...theShelf, description: 'Taken; the worker makes its sizes' } }, refusals: [errors.uploadBroken(), errors.notAPicture(), errors.tooManyPixels()] },
    { method: 'patch', path: '/api/admin/products/{slug}/pictures', summary: 'Put its pictures in order', access: 'admin', params: { slug }, body: admin.pictureOrderBody, answers: { 200: theShelf }, refusals: [errors.changedMeanwhile()] },
    { method: 'patch', path: '/api/admin/products/{slug}/pictures/{picture}', summary: 'Say what a picture shows', access: 'admin', params: picture, body: admin.pictureWordsBody, answers: { 200: theShelf } },
    { method: 'delete', path: '/api/admin/products/{slug}/pictures/{picture}', summary: 'Take a picture off', access: 'admin', params: picture, answers: { 200: theShelf } },
    { method: 'post', path: '/api/admin/products/{slug}/uploads/{upload}/retry', summary: 'Try a failed upload again', access: 'admin', params: upload, answers: { 200: theShelf }, refusals: [errors.uploadNotFailed()] },
    { method: 'delete', path: '/api/admin/products/{slug}/uploads/{upload}', summary: 'Forget an upload that is not done', access: 'admin', params: upload, answers: { 200: theShelf } },
  ],
}
