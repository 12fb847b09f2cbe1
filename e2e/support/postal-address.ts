/** The delivery address of buyers in tests, as input. */
export const ADDRESS = {
  name: 'Bo',
  line1: 'Main St 1',
  city: 'Lund',
  postalCode: '22100',
  country: 'SE',
};
