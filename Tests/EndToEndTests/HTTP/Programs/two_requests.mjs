// Node's fetch and its older http client with a keep-alive agent: two_requests.mjs BASE-URL FORM
import http from "node:http"
import https from "node:https"

const [base, form] = process.argv.slice(2)
const metadata = base + "/.well-known/openid-configuration"
const fields = { "Content-Type": "application/x-www-form-urlencoded" }

const first = await fetch(metadata)
await first.text()
const second = await fetch(base + "/oauth2/token", { method: "POST", headers: fields, body: form })
const token = await second.json()

const library = base.startsWith("https") ? https : http
const agent = new library.Agent({ keepAlive: true, maxSockets: 1 })
const older = (headers) => new Promise((resolve, reject) => {
    library.get(metadata, { agent, headers }, (answer) => {
        answer.resume().on("end", () => resolve(answer.statusCode))
    }).on("error", reject)
})
const statuses = [await older({}), await older({ Expect: "100-continue" }), await older({})]
agent.destroy()
console.log(first.status, second.status, "access_token" in token, ...statuses)
