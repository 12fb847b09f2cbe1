/** Who somebody is cannot be found out right now: not their fault, and worth trying again. */
export class IdentityUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'IdentityUnavailable';
  }
}
