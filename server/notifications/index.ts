/** The door of `notifications`. */
export { folderMailer, smtpMailer } from './mailer.ts'
export { notifications } from './notify.ts'
