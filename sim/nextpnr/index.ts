export { findPart, PLACEMENT_DEVICES, type Part, type PlacementDevice } from './devices.ts';
export { placeAndRoute, type Placement, type PlacementOptions, type Utilization } from './place.ts';
export { placementJson, placementReport } from './report.ts';
export { criticalPath, type CriticalPath, type TimingReport } from './timing-report.ts';
