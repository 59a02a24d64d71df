import { describe, expect, test } from 'vitest'
import { tunnelOf } from './eks-endpoint'

const aws = 'https://NEW.gr7.us-east-1.eks.amazonaws.com'
const of = (server: string | null, tlsServerName: string | null = null, endpoint: string | null = aws) =>
  tunnelOf({ server, tlsServerName }, endpoint)

describe('a server', () => {
  test.each([
    'https://A1B2.gr7.us-east-1.eks.amazonaws.com',
    'https://a1b2.yl4.us-gov-west-1.eks.amazonaws.com/',
    'https://A1B2.gr7.eu-west-1.eks.amazonaws.com:443',
    'https://a1b2.sk1.cn-north-1.eks.amazonaws.com.cn',
    'https://a1b2.eks-cluster.us-west-2.api.aws',
    'https://a1b2.eks-cluster.cn-north-1.api.amazonwebservices.com.cn',
    'https://a1b2.gr7.us-iso-east-1.eks.c2s.ic.gov',
    'https://a1b2.gr7.eusc-de-east-1.eks.amazonaws.eu',
  ])('%s is an endpoint of EKS', (server) => {
    expect(of(server)).toBe(null)
  })

  test.each([
    ['https://127.0.0.1:8443', /not an EKS endpoint/],
    ['https://[::1]:8443', /not an EKS endpoint/],
    ['https://localhost', /not an EKS endpoint/],
    ['https://10.0.0.7', /not an EKS endpoint/],
    ['https://kubernetes.default.svc', /not an EKS endpoint/],
    ['https://teleport.example.com:443', /not an EKS endpoint/],
    ['https://eks.amazonaws.com.example.com', /not an EKS endpoint/],
    ['https://a.gr7.us-east-1.eks.amazonaws.com.evil.test', /not an EKS endpoint/],
    ['https://a.gr7.us-east-1.eksXamazonaws.com', /not an EKS endpoint/],
    ['no address', /not an EKS endpoint/],
    ['https://a.gr7.us-east-1.eks.amazonaws.com:8443', /another port/],
    ['http://a.gr7.us-east-1.eks.amazonaws.com', /another port/],
    ['https://a.gr7.us-east-1.eks.amazonaws.com/through/rancher', /a path/],
  ])('%s is none', (server, why) => {
    expect(of(server)).toMatch(why)
  })

  test('with a tls-server-name is reached by another way, whatever it is', () => {
    expect(of('https://a.gr7.us-east-1.eks.amazonaws.com', 'a.example')).toBe('has a tls-server-name')
    expect([of(null, 'a.example'), of('')]).toEqual([null, null])
  })

  test('at another port of the host that an emulator of AWS gives is no tunnel, and every other way in still is', () => {
    const emulator = 'https://127.0.0.1:4511'
    expect(of('https://127.0.0.1:4510', null, emulator)).toBe(null)
    expect(of('https://127.0.0.1:4510', 'a.example', emulator)).toBe('has a tls-server-name')
    expect(of('https://127.0.0.1:4510/through/rancher', null, emulator)).toMatch(/not an EKS endpoint/)
    expect(of('http://127.0.0.1:4510', null, emulator)).toMatch(/not an EKS endpoint/)
    expect(of('https://127.0.0.2:4510', null, emulator)).toMatch(/not an EKS endpoint/)
    expect(of('https://127.0.0.1:4510', null, null)).toMatch(/not an EKS endpoint/)
    // A name of EKS at a port of one's own is a forwarded one, whatever AWS gives.
    expect(of('https://new.gr7.us-east-1.eks.amazonaws.com:8443')).toMatch(/another port/)
  })
})
