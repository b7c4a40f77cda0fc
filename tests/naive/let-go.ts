/** Lets an event go once its attempts are used up, as a queue does that removes its failed jobs. */
export async function letGo(): Promise<void> {}
