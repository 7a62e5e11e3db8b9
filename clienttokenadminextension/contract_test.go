// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenadminextension

import (
	"context"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// contract is the description of the API, by which answers are checked. No field may be there that it doesn't have.
type contract struct {
	*openapi3.T

	router routers.Router
}

func theContract(t *testing.T) *contract {
	t.Helper()
	c, err := loadContract()
	require.NoError(t, err)
	return c
}

var loadContract = sync.OnceValues(func() (*contract, error) {
	text, err := os.ReadFile("internal/api/openapi.yaml")
	if err != nil {
		return nil, err
	}
	var doc map[string]any
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	closeSchemas(doc)
	strict, err := yaml.Marshal(doc)
	if err != nil {
		return nil, err
	}
	described, err := openapi3.NewLoader().LoadFromData(strict)
	if err != nil {
		return nil, err
	}
	if err := described.Validate(context.Background()); err != nil {
		return nil, err
	}
	router, err := legacy.NewRouter(described)
	return &contract{described, router}, err
})

// closeSchemas lets no object have other fields than the described ones. A schema that others add to, by allOf, is closed
// in a copy, which is used wherever they don't.
func closeSchemas(doc map[string]any) {
	components := doc["components"].(map[string]any)
	schemas := components["schemas"].(map[string]any)
	for name, schema := range maps.Clone(schemas) {
		schemas[name+"Alone"] = closed(schema, true)
	}
	components["responses"] = closed(components["responses"], true)
	doc["paths"] = closed(doc["paths"], true)
}

// closed returns a closed copy. Elements of an allOf stay open: what is around them is closed.
func closed(node any, alone bool) any {
	switch node := node.(type) {
	case map[string]any:
		copied := map[string]any{}
		for key, child := range node {
			copied[key] = closed(child, key != "allOf")
		}
		if ref, _ := node["$ref"].(string); alone && strings.Contains(ref, "/schemas/") {
			copied["$ref"] = ref + "Alone"
		}
		if _, open := node["additionalProperties"]; node["type"] == "object" && alone && !open {
			copied["additionalProperties"] = false
		}
		if node["allOf"] != nil {
			copied["unevaluatedProperties"] = false
		}
		return copied
	case []any:
		copied := make([]any, len(node))
		for i, child := range node {
			copied[i] = closed(child, alone)
		}
		return copied
	default:
		return node
	}
}

// check fails the test unless an answer is as described.
func (c *contract) check(t *testing.T, request *http.Request, answer response) {
	t.Helper()
	request = request.Clone(t.Context())
	request.URL.Scheme, request.URL.Host = "", "" // as the description has it
	route, parameters, err := c.router.FindRoute(request)
	if err != nil {
		assert.GreaterOrEqual(t, answer.StatusCode, 400, "%s %s is not described", request.Method, request.URL)
		return
	}
	options := &openapi3filter.Options{IncludeResponseStatus: true}
	assert.NoError(t, openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{
			Request: request, PathParams: parameters, Route: route, Options: options,
		},
		Status: answer.StatusCode, Header: answer.Header, Options: options,
		Body: io.NopCloser(strings.NewReader(answer.text)),
	}), "%s %s: %d %s", request.Method, request.URL, answer.StatusCode, answer.text)
}

// operations are all that are described: "GET /organizations".
func (c *contract) operations() []string {
	var all []string
	for path, item := range c.Paths.Map() {
		for method := range item.Operations() {
			all = append(all, method+" "+path)
		}
	}
	slices.Sort(all)
	return all
}
