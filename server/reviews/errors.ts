import { AppError } from '../platform/http/app-error.ts'

export const buyersOnly = () => new AppError({
  code: 'reviews/buyers-only',
  status: 403,
  title: 'Only who bought it may review it',
  detail: 'We found no paid order of yours with this in it. A guest adds the order and the token of its confirmation link.',
})

export const ownReviewVote = () => new AppError({ code: 'reviews/own-review', status: 409, title: 'That is your own review' })

export const changedMeanwhile = () => new AppError({
  code: 'reviews/changed-meanwhile',
  status: 409,
  title: 'This review has changed since you read it',
  detail: 'Its author has edited it. Reload the page and read it again.',
})

export const alreadyDecided = (status: string) => new AppError({ code: 'reviews/already-decided', status: 409, title: `This review is ${status} already` })
