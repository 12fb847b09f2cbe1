import type { PaymentMethod } from '../domain/payment/payment.ts';
import type { PaymentProvider } from './payment-provider.ts';

/** The configured providers. */
export interface Payments {
  methods(currency: string): PaymentMethod[];
  /** The provider of a payment method for a currency; null when there is none. */
  offering(
    methodCode: string,
    currency: string,
  ): { provider: PaymentProvider; method: PaymentMethod } | null;
  /** Throws for a provider that is not configured (any more): its payments wait until it is again. */
  named(name: string): PaymentProvider;
  find(name: string): PaymentProvider | null;
}

export function paymentsOf(providers: readonly PaymentProvider[]): Payments {
  const find = (name: string) => providers.find((provider) => provider.name === name) ?? null;
  return {
    methods: (currency) => providers.flatMap((provider) => [...provider.methods(currency)]),
    offering: (methodCode, currency) => {
      for (const provider of providers) {
        const method = provider.methods(currency).find(({ code }) => code === methodCode);
        if (method) return { provider, method };
      }
      return null;
    },
    named: (name) => {
      const provider = find(name);
      if (!provider) throw new Error(`The payment provider ${name} is not set up.`);
      return provider;
    },
    find,
  };
}
