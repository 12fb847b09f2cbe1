import { type DomainError, SeveralErrors } from '@souk/runtime/domain';

/** An order that was refused for its stock; what is told of it waits until the refusal is counted. */
export class StockRefusal extends Error {
  readonly told: SeveralErrors;

  constructor(first: DomainError, ...others: readonly DomainError[]) {
    super(first.message);
    this.name = 'StockRefusal';
    this.told = new SeveralErrors(first, ...others);
  }
}
