"""The JSON API, its OpenAPI document and its documentation."""
