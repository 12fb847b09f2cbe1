/** The gateway cannot find out right now who the viewer is: not their fault, and worth trying again. */
export class IdentityUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'IdentityUnavailable';
  }
}
