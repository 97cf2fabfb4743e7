/** Where the outside world is found. A class because tsyringe injects by class; it only declares what an object literal brings. */
export class ServiceAddresses {
  declare readonly billing: string;
  declare readonly delivery: string;
  /** `smtp://…` */
  declare readonly mailServer: string;
  /** Where one can read over HTTP which mails arrived. */
  declare readonly mailbox: string;
}
