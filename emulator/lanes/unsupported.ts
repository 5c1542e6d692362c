/** Why a design's copies are not run side by side; nobody sees it but who asks. */
export class NoLanes extends Error {}
