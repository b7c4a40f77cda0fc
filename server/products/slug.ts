export { slug } from '../../shared/schemas/values.ts'
