import { z } from 'zod';

export const doctorReportSchema = z.strictObject({
  checks: z.array(
    z.strictObject({
      name: z.string(),
      state: z.enum(['ok', 'attention', 'failed']),
      finding: z.string(),
      action: z.string().nullable(),
    }),
  ),
});
export type DoctorReport = z.infer<typeof doctorReportSchema>;
