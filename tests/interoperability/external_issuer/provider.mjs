// oidc-provider as an issuer of its own: node provider.mjs PEM-WITH-KEY-AND-CERTIFICATE
// Its first line on standard output is its issuer URL; it ends with its standard input.
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import Provider from "oidc-provider";

const pem = readFileSync(process.argv[2]);
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

const client = (name) => ({
  client_id: name,
  client_secret: `secret-of-${name}`,
  redirect_uris: ["https://client.example/callback"],
});

const configuration = {
  clients: [client("this-site"), client("another-site")],
  cookies: { keys: ["for this process only"] },
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: "one", use: "sig", alg: "RS256" }] },
  // Whoever says a name is that person: the login page that comes with the package asks for no real password.
  findAccount: (_context, name) => ({ accountId: name, claims: () => ({ sub: name }) }),
};

const server = createServer({ key: pem, cert: pem });
server.listen(0, "127.0.0.1", () => {
  const issuer = `https://localhost:${server.address().port}`;
  server.on("request", new Provider(issuer, configuration).callback());
  console.log(issuer);
});
process.stdin.resume().on("end", () => process.exit());
