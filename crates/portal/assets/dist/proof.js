const worker=document.querySelector("altcha-widget").dataset.worker;globalThis.$altcha.algorithms.set("PBKDF2/SHA-256",()=>new Worker(worker));
