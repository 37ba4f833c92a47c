/** True for 127.0.0.0/8 and ::1, also as an IPv4-mapped address. */
export const isLoopback = (ip: string): boolean => ip === '::1' || /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(ip);
