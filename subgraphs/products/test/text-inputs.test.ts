import { describeTextInputs } from '@souk/testkit/text-contract';
import { readSchema } from '../src/index.ts';
import { startProducts } from './catalogue.ts';

describeTextInputs(readSchema(), startProducts);
