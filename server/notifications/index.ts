/** The door of `notifications`. */
export { accountMail } from './account-mail.ts'
export { mailInvariants } from './invariants.ts'
export { folderMailer, smtpMailer } from './mailer.ts'
export { notifications } from './notify.ts'
export { notificationRoutes } from './api-description.ts'
