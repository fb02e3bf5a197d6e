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
	"sync/atomic"
	"time"
)

type seen struct {
	times []time.Duration
	body  []byte
	err   error
}

// Each review has a uid of its own, this many digits of which count the reviews.
const digits = 12

var reviews atomic.Uint64

func main() {
	address := flag.String("address", "", "host:port")
	path := flag.String("path", "/judge", "the webhook's path")
	authority := flag.String("ca", "", "the file of the server's authority")
	bodyFile := flag.String("body", "", "the file of the review")
	uid := flag.String("uid", "", "the uid in the review, the end of which is counted up")
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
		running.Go(func() { results[index] = ask(open[index], request, []byte(*uid), start.Add(*lasting)) })
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

// Every answer must be 200 and, but for the uid of its own review, the same as the first one. What is given back as the
// body has the uid that was given.
func ask(connection *tls.Conn, template, uid []byte, end time.Time) (result seen) {
	reader := bufio.NewReader(connection)
	request := bytes.Clone(template)
	place := bytes.Index(request, uid)
	if place == -1 {
		result.err = fmt.Errorf("the review does not hold the uid %s", uid)
		return result
	}
	own := request[place : place+len(uid)]
	var expected, expectedOwn []byte
	for time.Now().Before(end) {
		copy(own[len(own)-digits:], fmt.Sprintf("%0*d", digits, reviews.Add(1)))
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
		if expected == nil {
			place := bytes.Index(body, own)
			if place == -1 {
				result.err = fmt.Errorf("the answer %s does not hold the uid %s", body, own)
				return result
			}
			expected = bytes.Clone(body)
			expectedOwn = expected[place : place+len(own)]
			result.body = bytes.Replace(body, own, uid, 1)
		}
		copy(expectedOwn, own)
		if !bytes.Equal(body, expected) {
			result.err = fmt.Errorf("answered %s instead of %s", body, expected)
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
