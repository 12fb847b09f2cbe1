import { createSpecimen } from './create-specimen.ts';

export const useCases = { ofViewer: { createSpecimen } };
