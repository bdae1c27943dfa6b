export const languages: readonly string[];
export function messagesInCode(): { readonly messages: ReadonlyMap<string, string>; readonly problems: readonly string[] };
export function places(message: string): readonly number[];
export function bundleFile(language?: string): string;
export function manifestFile(language?: string): string;
export function readWords(file: string): Readonly<Record<string, string>>;
