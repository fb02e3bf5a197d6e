// A webhook server of the same behaviour as the one that is measured, built with controller-runtime.
package main

import (
	"context"
	"flag"
	"os"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/manager/signals"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

func main() {
	port := flag.Int("port", 0, "the port on 127.0.0.1")
	certificates := flag.String("certificates", "", "the directory of tls.crt and tls.key")
	flag.Parse()
	log.SetLogger(logr.Discard())
	server := webhook.NewServer(webhook.Options{Host: "127.0.0.1", Port: *port, CertDir: *certificates})
	judge := admission.HandlerFunc(func(_ context.Context, request admission.Request) admission.Response {
		if len(request.Object.Raw) == 0 {
			return admission.Denied("there is no object")
		}
		return admission.Allowed("")
	})
	server.Register("/judge", &admission.Webhook{Handler: judge})
	if err := server.Start(signals.SetupSignalHandler()); err != nil {
		println(err.Error())
		os.Exit(1)
	}
}
