/** As the Agent SDK names them. */
export const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'] as const;
