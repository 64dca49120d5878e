// The docs page: Swagger UI over the gateway's own OpenAPI document, which lies beside this file. In a file
// of its own, since the page's Content-Security-Policy allows no script inside the page.
'use strict';

const here = document.currentScript.src;

window.addEventListener('DOMContentLoaded', () => {
  window.ui = SwaggerUIBundle({
    url: new URL('openapi.json', here).pathname,
    dom_id: '#swagger-ui',
    presets: [SwaggerUIBundle.presets.apis],
    layout: 'BaseLayout',
    deepLinking: true,
    validatorUrl: null, // else Swagger UI sends the document's address to a server of its makers
    persistAuthorization: false, // a token stays in the page's memory
  });
});
