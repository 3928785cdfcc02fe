export function renderPage(): Promise<{ html: string; watchFiles: string[] }>;
