import { type DomainError, SeveralErrors } from '@souk/runtime/domain';

/** An order that was refused for its stock; its errors wait until the refusal is counted. */
export class StockRefusal extends Error {
  readonly errors: SeveralErrors;

  constructor(first: DomainError, ...others: readonly DomainError[]) {
    super(first.message);
    this.name = 'StockRefusal';
    this.errors = new SeveralErrors(first, ...others);
  }
}
