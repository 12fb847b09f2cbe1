/**
 * The gateway cannot find out right now who the viewer is. This is not the client's fault, and a retry may
 * succeed.
 */
export class IdentityUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'IdentityUnavailable';
  }
}
