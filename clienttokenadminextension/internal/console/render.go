// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"path"
	"strconv"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
)

//go:embed templates
var sources embed.FS

// templates are the pages by name, each with the layout around it and the parts that pages have in common.
var templates = func() map[string]*template.Template {
	pages, err := sources.ReadDir("templates")
	if err != nil {
		panic(err)
	}
	common := template.Must(template.New("").Funcs(functions).ParseFS(sources, "templates/parts/*.html"))
	all := map[string]*template.Template{}
	for _, p := range pages {
		if !p.IsDir() {
			own := template.Must(template.Must(common.Clone()).ParseFS(sources, path.Join("templates", p.Name())))
			all[p.Name()] = own
		}
	}
	return all
}()

// view is what the layout shows around a page.
type view struct {
	Title  string
	Notice string // of what was done, "" of nothing
	Person office.Person
	Crumbs []crumb
	Page   any
}

// crumb is one step of the way to a page.
type crumb struct{ Name, Link string }

// render answers with a page. It is made whole before any of it is sent, so that a fault in the middle is no half page.
func (v *visit) render(status int, name, title string, crumbs []crumb, content any) error {
	var page bytes.Buffer
	err := templates[name].ExecuteTemplate(&page, "layout", view{
		Title: title, Notice: notices[notice(v.URL.Query().Get(noticed))], Person: v.person, Crumbs: crumbs, Page: content,
	})
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.Header().Set("Content-Length", strconv.Itoa(page.Len()))
	v.w.WriteHeader(status)
	if v.Method != http.MethodHead {
		_, _ = page.WriteTo(v.w) // whoever hung up misses only a page
	}
	return nil
}
