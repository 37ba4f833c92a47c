import { buildStepperIfStale } from './build-stepper.mjs';

/** Tests run from the sources, so the stepper must be there before a build. */
export default buildStepperIfStale;
