/** The owner's postal address, as input. */
export const ADDRESS =
  '{ name: "Olga", line1: "Main St 1", city: "Lund", postalCode: "22100", country: "SE" }';
