/** Is it written like an address of the network (`https://...`)? A file may still have that name. */
export const isAddress = (name: string): boolean => /^[a-z][a-z0-9+.-]+:\/\//i.test(name);
