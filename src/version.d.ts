/** Set by the bundler from package.json. */
declare const VERSUSQ_VERSION: string;
