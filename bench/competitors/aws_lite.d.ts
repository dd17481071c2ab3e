/** The package brings no types. */
declare module "@aws-lite/dynamodb";
