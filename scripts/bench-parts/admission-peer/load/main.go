// Asks an admission webhook server over keep-alive TLS connections for a while and prints what it saw as JSON.
package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"
)

type seen struct {
	times []time.Duration
	body  []byte
	err   error
}

func main() {
	address := flag.String("address", "", "host:port")
	path := flag.String("path", "/judge", "the webhook's path")
	authority := flag.String("ca", "", "the file of the server's authority")
	bodyFile := flag.String("body", "", "the file of the review")
	connections := flag.Int("connections", 16, "how many connections ask at a time")
	lasting := flag.Duration("for", time.Second, "how long")
	flag.Parse()
	body, err := os.ReadFile(*bodyFile)
	fatal(err)
	pem, err := os.ReadFile(*authority)
	fatal(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	head := fmt.Sprintf("POST %s?timeout=10s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", *path, len(body))
	request := append([]byte(head), body...)

	open := make([]*tls.Conn, *connections)
	for index := range open {
		open[index], err = tls.Dial("tcp", *address, &tls.Config{RootCAs: roots, ServerName: "localhost", NextProtos: []string{"http/1.1"}})
		fatal(err)
	}
	results := make([]seen, *connections)
	start := time.Now()
	var running sync.WaitGroup
	for index := range open {
		running.Go(func() { results[index] = ask(open[index], request, start.Add(*lasting)) })
	}
	running.Wait()
	elapsed := time.Since(start)

	var times []time.Duration
	for _, result := range results {
		fatal(result.err)
		if !bytes.Equal(result.body, results[0].body) {
			fatal(fmt.Errorf("answers differ: %s and %s", result.body, results[0].body))
		}
		times = append(times, result.times...)
	}
	slices.Sort(times)
	at := func(share float64) float64 {
		return times[int(share*float64(len(times)-1))].Seconds() * 1000
	}
	fatal(json.NewEncoder(os.Stdout).Encode(map[string]any{
		"answers": len(times), "seconds": elapsed.Seconds(), "p50Ms": at(0.5), "p99Ms": at(0.99), "body": string(results[0].body),
	}))
}

// Every answer must be 200 and the same as the first one.
func ask(connection *tls.Conn, request []byte, end time.Time) (result seen) {
	reader := bufio.NewReader(connection)
	for time.Now().Before(end) {
		began := time.Now()
		if _, result.err = connection.Write(request); result.err != nil {
			return result
		}
		var answer *http.Response
		if answer, result.err = http.ReadResponse(reader, nil); result.err != nil {
			return result
		}
		body, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK {
			result.err = fmt.Errorf("status %d: %s %w", answer.StatusCode, body, err)
			return result
		}
		result.times = append(result.times, time.Since(began))
		if result.body == nil {
			result.body = body
		} else if !bytes.Equal(body, result.body) {
			result.err = fmt.Errorf("answers differ: %s and %s", body, result.body)
			return result
		}
	}
	return result
}

func fatal(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
