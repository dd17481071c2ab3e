/** The version of the package; a test holds it against both manifests. */
export const VERSION = "0.1.0";
