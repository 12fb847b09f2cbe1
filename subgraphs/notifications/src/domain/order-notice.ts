/** What a buyer reads about each step of an order. */
const STEPS: Record<string, readonly [title: string, body: string]> = {
  RESERVED: ['is confirmed', 'Everything you ordered is set aside for you.'],
  REJECTED: ['could not be filled', 'Something you ordered is no longer in stock.'],
  PAID: ['is paid', 'Your payment has arrived.'],
  COMPLETED: ['is completed', 'Everything in it has arrived or was called off.'],
  CANCELLED: ['was cancelled', 'Nothing will be sent.'],
};

/** A step of an order as a notice; null for one that is not notified. */
export function orderNotice(
  number: string,
  status: string,
): { title: string; body: string } | null {
  const step = STEPS[status];
  return step ? { title: `Order ${number} ${step[0]}`, body: step[1] } : null;
}
