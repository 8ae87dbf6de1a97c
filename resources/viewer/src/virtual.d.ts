declare module "virtual:supplies" {
  const data: {
    contexts: [url: string, text: string][];
    dictionaries: [id: number, text: string][];
    trusted: [id: string, issuer: { name: string; list: string; sample: boolean; test: boolean }][];
    documents: [url: string, text: string, readAt: string][];
  };
  export default data;
}
