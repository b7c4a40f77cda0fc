/** The door of `notifications`. */
export { folderMailer, smtpMailer, type Mailer } from './mailer.ts'
export { notifications } from './notify.ts'
